import { Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type Notice, notices } from '@yardmaster/protocol'
import { useState } from 'react'
import { useList } from '../../data/lists.js'
import { beginPush, canNotify, endPush, ownSubscription } from '../../data/push.js'
import { signIn } from '../../data/sign-in.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { Panel } from '../../ui/panel.js'
import { Ago } from '../../ui/time.js'
import { noticeWords } from '../../ui/words.js'

/** What one wants to be told of, and which browsers tell it. */
export function Notices() {
  return (
    <Panel title="Notifications" about="For when no page is before you.">
      <Stack gap="sm">
        <Kinds />
        <ThisBrowser />
        <Browsers />
      </Stack>
    </Panel>
  )
}

function Kinds() {
  const client = useClient()
  const me = useMe()
  const change = useMutation({
    mutationFn: (notify: Notice[]) => client.service('users').patch(me.id, { notify }),
    onSuccess: (user) => signIn.know(user),
  })
  return notices.map((notice) => (
    <Checkbox
      key={notice}
      label={noticeWords[notice].title}
      description={noticeWords[notice].about}
      checked={me.notify.includes(notice)}
      disabled={change.isPending}
      onChange={({ currentTarget: { checked } }) =>
        change.mutate(notices.filter((one) => (one === notice ? checked : me.notify.includes(one))))
      }
    />
  ))
}

function ThisBrowser() {
  const client = useClient()
  const [permission, setPermission] = useState(canNotify() ? Notification.permission : 'denied')
  const [pushed, setPushed] = useState(ownSubscription() !== null)
  const begin = useMutation({
    mutationFn: async () => {
      const answer = await Notification.requestPermission()
      setPermission(answer)
      if (answer !== 'granted') return
      await beginPush(client)
      setPushed(true)
    },
    meta: { quiet: true, changes: ['push-subscriptions'] },
  })
  const end = useMutation({
    mutationFn: () => endPush(client),
    onSuccess: () => setPushed(false),
    meta: { changes: ['push-subscriptions'] },
  })
  const state = !canNotify()
    ? 'This browser shows none here: open the page over https, or on the host of the daemon.'
    : permission === 'denied'
      ? 'This browser is set to show none from here. Allow them in its settings for this page.'
      : pushed
        ? 'This browser tells you, also when no page is open.'
        : permission === 'granted'
          ? 'This browser tells you while a page is open.'
          : 'This browser does not tell you yet.'
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm">{state}</Text>
        {pushed ? (
          <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
            Tell me no more here
          </Button>
        ) : (
          <Button
            disabled={!canNotify() || permission === 'denied'}
            loading={begin.isPending}
            onClick={() => begin.mutate()}
          >
            Tell me in this browser
          </Button>
        )}
      </Group>
      {begin.isError && (
        <Text size="xs" c="dimmed" role="status">
          Its push service could not be reached, so it tells you only while a page is open.
        </Text>
      )}
    </div>
  )
}

/** All of one's own, to end those that are not at hand. */
function Browsers() {
  const client = useClient()
  const { data } = useList('push-subscriptions')
  const remove = useMutation({
    mutationFn: (id: string) => client.service('push-subscriptions').remove(id),
    meta: { changes: ['push-subscriptions'] },
  })
  if (!data || data.data.length === 0) return null
  return (
    <Table aria-label="Browsers that are told">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Told by</Table.Th>
          <Table.Th>Since</Table.Th>
          <Table.Th aria-label="Remove" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.data.map(({ id, host, created_at }) => (
          <Table.Tr key={id}>
            <Table.Td>
              {host}
              {id === ownSubscription() && ' (this browser)'}
            </Table.Td>
            <Table.Td>
              <Ago at={created_at} />
            </Table.Td>
            <Table.Td ta="right">
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Remove ${host}`}
                onClick={() => remove.mutate(id)}
              >
                Remove
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
