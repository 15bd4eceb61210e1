import { Scene } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const chunk = (text: string, more: object = {}) => ({
  update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text }, ...more },
})

test('text joins until something else comes between, or by the name of its message', async () => {
  const thought = { update: { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'hm' } } }
  const call = { update: { sessionUpdate: 'tool_call', toolCallId: 'c', title: 'Look' } }
  await scene
    .odd([
      chunk('a'),
      chunk('b'),
      thought,
      chunk('c'),
      call,
      chunk('d', { messageId: '1' }),
      call,
      chunk('e', { messageId: '1' }),
      chunk('f', { messageId: '2' }),
    ])
    .exit()
  expect(scene.daemon.texts('text')).toEqual(['ab', 'c', 'de', 'f'])
  expect(scene.daemon.texts('thought')).toEqual(['hm'])
  expect(scene.daemon.messages.map(({ type }) => type)).toEqual([
    'text',
    'thought',
    'text',
    'tool_call',
    'text',
    'text',
  ])
  expect(scene.daemon.messages.every(({ status }) => status === 'final')).toBe(true)
})

test('every content of a message becomes a block of its kind', async () => {
  const contents = [
    { type: 'text', text: 'see' },
    { type: 'image', mimeType: 'image/png', data: 'AAAA' },
    { type: 'audio', mimeType: 'audio/wav', data: 'BBBB' },
    { type: 'resource_link', uri: 'file:///a', name: 'a' },
    { type: 'resource', resource: { uri: 'file:///b', text: 'b' } },
    { type: 'hologram', depth: 3 },
  ]
  await scene.odd(contents.map((content) => chunk('', { content }))).exit()
  expect(scene.daemon.messages).toHaveLength(1)
  expect(scene.daemon.messages[0]?.content).toEqual([
    { type: 'text', text: 'see' },
    { type: 'image', mime_type: 'image/png', data: 'AAAA' },
    { type: 'audio', mime_type: 'audio/wav', data: 'BBBB' },
    { type: 'resource_link', uri: 'file:///a', name: 'a' },
    { type: 'resource', resource: { uri: 'file:///b', text: 'b' } },
    { type: 'acp', update: { type: 'hologram', depth: 3 } },
  ])
})

test('a tool call that begins is told as an event, what it puts out is stored without one', async () => {
  const call = (kind: string, fields: object) => ({
    update: { sessionUpdate: kind, toolCallId: 'c', title: 'Build', ...fields },
  })
  const pause = (toolCallId: string) => ({ ask: [{ toolCallId, title: toolCallId }] })
  const attempt = scene.odd([
    call('tool_call', { status: 'pending' }),
    pause('before'),
    call('tool_call_update', { status: 'in_progress' }),
    pause('begun'),
    call('tool_call_update', { rawOutput: 'half of it' }),
    pause('grown'),
    call('tool_call_update', { status: 'completed' }),
  ])
  const patches = () => {
    const message = scene.daemon.messages.find(({ client_id }) => client_id === 'tool:c')
    return scene.daemon.named('PATCH messages').filter(({ id }) => id === message?.id)
  }
  const paused = async (title: string, patched: number) => {
    const request = await scene.daemon.until(() =>
      scene.daemon.requests.find(({ tool_call }) => tool_call.title === title),
    )
    await scene.daemon.until(() => patches().length === patched)
    scene.daemon.decide(request, 'allow_once')
  }
  await paused('before', 0)
  await paused('begun', 1)
  await paused('grown', 2)
  await attempt.exit()
  const block = { type: 'tool_call', tool_call_id: 'c' }
  expect(patches().map(({ body }) => body)).toEqual([
    { content: [expect.objectContaining({ ...block, status: 'in_progress', raw_output: null })] },
    {
      content: [expect.objectContaining({ ...block, status: 'in_progress', raw_output: 'half of it' })],
      status: 'streaming',
    },
    { content: [expect.objectContaining({ ...block, status: 'completed' })], status: 'final' },
  ])
})

test('updates of a tool call change the fields that they name', async () => {
  const update = (fields: object) => ({
    update: { sessionUpdate: 'tool_call_update', toolCallId: 'c', ...fields },
  })
  await scene
    .odd([
      {
        update: {
          sessionUpdate: 'tool_call',
          toolCallId: 'c',
          title: 'Read',
          kind: 'read',
          rawInput: { path: 'a' },
        },
      },
      update({ status: 'in_progress', locations: [{ path: '/a', line: 1 }] }),
      update({
        status: 'completed',
        content: [{ type: 'content', content: { type: 'text', text: 'A' } }],
        title: null,
      }),
    ])
    .exit()
  expect(scene.daemon.messages.map(({ content }) => content)).toEqual([
    [
      {
        type: 'tool_call',
        tool_call_id: 'c',
        title: 'Read',
        kind: 'read',
        status: 'completed',
        content: [{ type: 'content', content: { type: 'text', text: 'A' } }],
        locations: [{ path: '/a', line: 1 }],
        raw_input: { path: 'a' },
        raw_output: null,
      },
    ],
  ])
})

test('an update of a kind that nobody knows is stored whole', async () => {
  const update = { sessionUpdate: 'tea_break', minutes: 5, _meta: { biscuits: ['digestive'] } }
  await scene.odd([{ update }]).exit()
  expect(scene.daemon.messages).toMatchObject([
    { type: 'other', role: 'agent', status: 'final', content: [{ type: 'acp', update }] },
  ])
})

test('the prompt said back is not quoted, other words of a user are', async () => {
  const user = (text: string) => ({
    update: { sessionUpdate: 'user_message_chunk', content: { type: 'text', text } },
  })
  const steps = [user('[{"update":{"sess'), chunk('an answer'), user('and also')]
  await scene.odd(steps).exit()
  // The first is only the beginning of the prompt, and so not the prompt said back.
  expect(scene.daemon.messages.map(({ role, content }) => [role, content])).toEqual([
    ['user', [{ type: 'text', text: '[{"update":{"sess' }]],
    ['agent', [{ type: 'text', text: 'an answer' }]],
    ['user', [{ type: 'text', text: 'and also' }]],
  ])
  scene.daemon.messages.length = 0
  await scene.odd([{ echo: true }, chunk('an answer')]).exit()
  expect(scene.daemon.texts('text')).toEqual(['an answer'])
})

test('what Postgres cannot store is replaced, wherever it stands', async () => {
  const raw = String.raw`{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"odd-session","update":{"sessionUpdate":"tool_call","toolCallId":"c","title":"a\u0000b","rawInput":{"k\u0000":["\ud83d","\ud83d\ude00"],"__proto__":{"x":1}}}}}`
  await scene.odd([chunk('a\0b'), { raw }]).exit()
  expect(scene.daemon.texts('text')).toEqual(['a\uFFFDb'])
  expect(scene.daemon.messages[1]?.content[0]).toMatchObject({ title: 'a\uFFFDb' })
  expect(JSON.stringify(scene.daemon.messages[1]?.content)).toContain(
    '"raw_input":{"k\uFFFD":["\uFFFD","😀"]}',
  )
})

test('a character whose halves come in two chunks is whole', async () => {
  const half = (unit: string) => ({
    raw: `{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"odd-session","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"${unit}"}}}}`,
  })
  await scene.odd([half(String.raw`\ud83d`), half(String.raw`\ude00`)]).exit()
  expect(scene.daemon.texts('text')).toEqual(['😀'])
})

test('what is too long is cut, with a note of how much, and every body stays below 1 MiB', async () => {
  const content = [{ type: 'content', content: { type: 'text', text: '\u001b'.repeat(300_000) } }]
  await scene
    .odd([
      { ...chunk('x'.repeat(1000)), repeat: 1000 },
      {
        update: {
          sessionUpdate: 'tool_call',
          toolCallId: 'c',
          title: 'Read',
          content,
          rawOutput: 'y'.repeat(900_000),
        },
      },
      chunk('', { content: { type: 'image', mimeType: 'image/png', data: 'A'.repeat(700_000) } }),
      { update: { sessionUpdate: 'tea_break', items: Array(200_000).fill('cup') } },
    ])
    .exit()
  const [text] = scene.daemon.texts('text')
  const [, cut] = /\n\[… (\d+) more characters were cut\]$/.exec(text ?? '') ?? []
  expect((text ?? '').indexOf('\n') + Number(cut)).toBe(1_000_000)
  expect(scene.daemon.messages).toHaveLength(4)
  for (const { body } of scene.daemon.calls)
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(1024 * 1024)
  expect(scene.daemon.texts('text')[1]).toContain('too large to be kept')
})
