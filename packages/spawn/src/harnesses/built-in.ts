import { dirname, join } from 'node:path'

/** A harness before anybody looked for its program. */
export interface HarnessEntry {
  id: string
  name: string
  /** Programs that speak ACP, the best first: each a name on PATH or an absolute path. The first found is used. */
  commands: { command: string; args: string[] }[]
  env: Record<string, string>
  /** Absolute paths of what else it may read and write where it is shut in. */
  read?: string[]
  write?: string[]
  /** Files by which a person is signed in, as paths below the home: they go with the person, and all else stays with the session. */
  login?: string[]
  /** A copy of a conversation goes on working where its source does, whatever directory it is asked to be made for. */
  forks_in_place?: boolean
  /** What a person does to get it. */
  install: string
}

/** The harnesses that are known without being told. */
export function builtIn(home: string, shellAgentPath: string): HarnessEntry[] {
  return [
    {
      id: 'shell',
      name: 'Shell',
      commands: [{ command: process.execPath, args: [shellAgentPath] }],
      env: { SHELL_AGENT_STATE: join(home, 'harness', 'shell') },
      // A link among the modules leads here.
      read: [join(dirname(dirname(dirname(shellAgentPath))), 'processes')],
      install: 'it is part of Yardmaster; build it with `npm run build`',
    },
    {
      id: 'opencode',
      name: 'OpenCode',
      commands: [{ command: 'opencode', args: ['acp'] }],
      env: {},
      login: ['.local/share/opencode/auth.json'],
      // As of 1.18: a fork in a worktree of its own would change the files of its source.
      forks_in_place: true,
      install: '`npm install -g opencode-ai`',
    },
    {
      // The adapter was renamed in 2026; the old name is still on many disks.
      id: 'claude',
      name: 'Claude',
      commands: [
        { command: 'claude-agent-acp', args: [] },
        { command: 'claude-code-acp', args: [] },
      ],
      env: {},
      login: ['.claude/.credentials.json'],
      install: '`npm install -g @agentclientprotocol/claude-agent-acp`',
    },
    {
      id: 'codex',
      name: 'Codex',
      commands: [{ command: 'codex-acp', args: [] }],
      env: {},
      login: ['.codex/auth.json'],
      install: '`npm install -g @agentclientprotocol/codex-acp`',
    },
    {
      // `--acp` since 0.33; `--experimental-acp` before it is deprecated.
      id: 'gemini',
      name: 'Gemini',
      commands: [{ command: 'gemini', args: ['--acp'] }],
      env: {},
      login: ['.gemini/oauth_creds.json'],
      install: '`npm install -g @google/gemini-cli` (0.33 or newer)',
    },
  ]
}
