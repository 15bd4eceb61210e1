import { createHash } from 'node:crypto'
import type { Middleware } from '@feathersjs/koa'

const script = `
const $ = (id) => document.getElementById(id)
const say = (text) => { $('said').textContent = text }
const call = async (method, path, body, token) => {
  const answer = await fetch(path, { method, body: JSON.stringify(body), headers: {
    'content-type': 'application/json', ...(token ? { authorization: 'Bearer ' + token } : {}) } })
  const data = await answer.json()
  if (!answer.ok) throw new Error(data.message)
  return data
}
const given = new URLSearchParams(location.hash.slice(1)).get('token')
if (given) { $('link').value = location.href; history.replaceState(null, '', location.pathname) }
$('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const token = $('link').value.includes('#') ? new URL($('link').value).hash.replace('#token=', '') : $('link').value.trim()
    const { user, accessToken } = await call('POST', '/authentication', { strategy: 'link', token })
    say('Signed in as ' + user.email + '.')
    const password = $('password').value
    if (password) {
      await call('PATCH', '/users/' + user.id, { password }, accessToken)
      say('Signed in as ' + user.email + '. The password is set: yardmaster login --email ' + user.email)
    }
    $('sign-in').hidden = true
  } catch (error) { say(error.message) }
})
`
const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in to Yardmaster</title></head>
<body><main><h1>Yardmaster</h1>
<form id="sign-in">
<p><label>One-time sign-in link<br><input id="link" size="60" required autocomplete="off"></label></p>
<p><label>Choose a password, 10 characters or more (optional)<br>
<input id="password" type="password" minlength="10" autocomplete="new-password"></label></p>
<p><button>Sign in</button></p></form>
<p id="said" role="status"></p>
<p>The calls of this daemon are described at <a href="/docs/">/docs</a>.</p></main>
<script>${script}</script></body></html>`
const hash = createHash('sha256').update(script).digest('base64')

/** `/app/`: takes a one-time link, and a first password if one likes. `/` leads there. */
export const signInPage: Middleware = (ctx, next) => {
  if (ctx.path === '/' || ctx.path === '/app') return ctx.redirect('/app/')
  if (ctx.path !== '/app/') return next()
  ctx.set(
    'content-security-policy',
    `default-src 'none'; script-src 'sha256-${hash}'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
  )
  ctx.type = 'html'
  ctx.body = page
}
