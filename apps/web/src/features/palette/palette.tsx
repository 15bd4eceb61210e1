import '@mantine/spotlight/styles.css'
import { useDebouncedValue } from '@mantine/hooks'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import classes from './palette.module.css'
import { useEntries } from './use-entries.js'

const [store, palette] = createSpotlight()

/** Over any page: where one can go and what one can do, by a few letters of its name. */
export function Palette({ close, showShortcuts }: { close(): void; showShortcuts(): void }) {
  const [typed, setTyped] = useState('')
  const [settled] = useDebouncedValue(typed, 120)
  const groups = useEntries(settled, showShortcuts)
  useEffect(() => palette.open(), [])
  return (
    <Spotlight.Root
      store={store}
      title="Go to or do"
      classNames={{ header: classes.header as string, actionDescription: classes.about as string }}
      shortcut={null}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={close}
      lockScroll={false}
      scrollable
    >
      <Spotlight.Search
        aria-label="Go to or do"
        placeholder="A session, a page, a worktree, an action"
        leftSection={<IconSearch size={18} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {groups.map(({ title, entries }) => (
          <Spotlight.ActionsGroup key={title} label={title}>
            {entries.map(({ key, label, about, run }) => (
              <Spotlight.Action
                key={key}
                label={label}
                {...(about ? { description: about } : {})}
                onClick={() => void run()}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>Nothing is called so.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
