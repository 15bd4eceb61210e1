import { connectRest, type SignedIn } from '@yardmaster/client'
import type { Command } from 'commander'
import { withoutSlash } from '../address.js'
import type { Context, MakeContext } from '../context.js'
import { CommandError, usageError } from '../failures.js'
import { examples } from '../help.js'
import { readInput, readSecret } from '../input.js'
import { facts } from '../output/table.js'

export function addSignIn(program: Command, context: MakeContext): void {
  program
    .command('login')
    .description('sign in to a daemon and remember it')
    .argument('[link]', 'the one-time link that the daemon printed; - reads it from standard input')
    .option(
      '--email <address>',
      'sign in with e-mail and password; the password is asked for, or read from stdin',
    )
    .action(async (link: string | undefined, options: { email?: string }, command: Command) =>
      login(context(command), link, options.email),
    )
    .addHelpText(
      'after',
      `\nWithout either, YARDMASTER_ADMIN_EMAIL and YARDMASTER_ADMIN_PASSWORD are used where they are set.\n${examples(
        ["yardmaster login 'http://127.0.0.1:3030/app/#token=…'", 'the link of the first start'],
        ['yardmaster login --email ada@example.com', 'asks for the password'],
        ['yardmaster login --email ada@example.com < password.txt', 'reads it'],
      )}`,
    )

  program
    .command('logout')
    .description('forget the sign-in at a daemon')
    .option('--everywhere', 'end every sign-in of yours, on whatever machine')
    .option('--tokens', 'with it: revoke your API tokens too')
    .action(async (options: { everywhere?: boolean; tokens?: boolean }, command: Command) => {
      const asked = context(command)
      const { url } = asked
      if (options.tokens && !options.everywhere) throw usageError('Give --tokens together with --everywhere.')
      if (options.everywhere) {
        const { id } = (await whoAmI(asked)).user
        const { tokens = false } = options
        await asked.call('signing out everywhere', (daemon) =>
          daemon.service('users')['sign-out-everywhere']({ id, tokens }),
        )
      }
      const signed_out = asked.credentials.remove(url)
      asked.answer({ url, signed_out }, () =>
        signed_out ? `Signed out of ${url}.` : `You were not signed in at ${url}.`,
      )
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster logout', 'on this machine; other sign-ins go on'],
        ['yardmaster logout --everywhere --tokens', 'nothing of yours opens anything any more'],
      ),
    )

  program
    .command('whoami')
    .description('show who is signed in, and where')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const { user } = await whoAmI(asked)
      asked.answer({ url: asked.url, user }, () =>
        facts([
          ['user', user.name],
          ['e-mail', user.email],
          ['role', user.role],
          ['daemon', asked.url],
          ['id', user.id],
        ]),
      )
    })
    .addHelpText('after', examples(['yardmaster whoami --json', 'for scripts']))
}

/** Who is signed in. @throws CommandError when nobody is */
export function whoAmI(asked: Context): Promise<SignedIn> {
  const accessToken = asked.token
  if (!accessToken) throw new CommandError(`You are not signed in at ${asked.url}: run \`yardmaster login\`.`)
  return signIn(asked, asked.url, { strategy: 'jwt', accessToken })
}

async function login(context: Context, link?: string, email?: string): Promise<void> {
  if (link && email) throw usageError('Give a link or --email, not both.')
  const { url, data } = link
    ? parseLink(link === '-' ? await readInput() : link)
    : { url: context.url, data: await passwordSignIn(context, email) }
  const { accessToken, user } = await signIn(context, url, data)
  context.credentials.put(url, { token: accessToken, email: user.email })
  context.answer({ url, user }, () => `Signed in at ${url} as ${user.name} (${user.email}).`)
}

function signIn(context: Context, url: string, data: object): Promise<SignedIn> {
  return context.reach('signing in', () => connectRest(url).service('authentication').create(data), url)
}

async function passwordSignIn({ env }: Context, email?: string): Promise<object> {
  const strategy = 'local'
  const admin = env.YARDMASTER_ADMIN_EMAIL?.trim()
  const password = env.YARDMASTER_ADMIN_PASSWORD?.trim()
  if (admin && password && (!email || email === admin)) return { strategy, email: admin, password }
  if (!email) throw usageError('Give the link that the daemon printed, or --email.')
  return { strategy, email, password: await readSecret('Password') }
}

/** The daemon and the token that a link names, like `http://127.0.0.1:3030/app/#token=…`. */
export function parseLink(text: string): { url: string; data: object } {
  const link = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  const token = new URLSearchParams(link?.hash.slice(1)).get('token')
  if (!link || !token)
    throw usageError('That is no sign-in link: it looks like http://127.0.0.1:3030/app/#token=… (quote it).')
  const base = `${link.origin}${link.pathname.replace(/\/app\/?$/, '')}`
  return { url: withoutSlash(base), data: { strategy: 'link', token } }
}
