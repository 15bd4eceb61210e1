import { ActionIcon, Button, Drawer, Loader, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Exact } from '../../../ui/exact-text.js'
import { Ago } from '../../../ui/time.js'
import { Trouble } from '../../../ui/trouble.js'
import classes from './find.module.css'
import { foundAtOnce, useFound } from './use-found.js'

/** Leads to any prompt of a session, and to whatever was said there. */
export function FindButton({ session_id }: { session_id: string }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <ActionIcon variant="default" size="md" aria-label="Find in this session" onClick={open}>
        <IconSearch size={16} />
      </ActionIcon>
      <Drawer opened={opened} onClose={close} position="right" title="Find in this session">
        {opened && <FindPanel session_id={session_id} close={close} />}
      </Drawer>
    </>
  )
}

function FindPanel({ session_id, close }: { session_id: string; close(): void }) {
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 250)
  const { data, error, isFetching, hasNextPage, fetchNextPage } = useFound(session_id, wanted)
  const found = data?.pages.flatMap((part) => part.found) ?? []
  const [many, setMany] = useState(foundAtOnce)
  // A long session is looked through slice by slice; what was found shows meanwhile, and whoever closes this ends it.
  const goesOn = hasNextPage && found.length < many && !error
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  const looking = isFetching || goesOn
  return (
    <Stack gap="sm">
      <TextInput
        label="Text"
        data-autofocus
        maxLength={200}
        value={text}
        rightSection={looking ? <Loader size="xs" /> : null}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setMany(foundAtOnce)
        }}
      />
      {error && <Trouble error={error} />}
      <Text size="xs" c="dimmed" role="status">
        {looking
          ? 'Looking'
          : wanted
            ? `${found.length}${hasNextPage ? ' and more' : ''} with this text`
            : 'Prompts, the newest first'}
      </Text>
      <ol className={classes.found}>
        {found.map(({ seq, preview, type, created_at }) => (
          <li key={seq}>
            <Link to="/sessions/$id" params={{ id: session_id }} search={{ message: seq }} onClick={close}>
              <span className={classes.preview}>
                <Exact text={preview || type} />
              </span>
              <Text span size="xs" c="dimmed">
                {type === 'prompt' ? 'prompt' : type.replace('_', ' ')} <Ago at={created_at} />
              </Text>
            </Link>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" loading={looking} onClick={() => setMany(found.length + foundAtOnce)}>
          Earlier ones
        </Button>
      )}
      <Link to="/sessions/$id" params={{ id: session_id }} search={{ message: 1 }} onClick={close}>
        To the beginning
      </Link>
    </Stack>
  )
}
