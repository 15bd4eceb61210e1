import { Button, Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Empty } from '../ui/empty.js'
import { Trouble } from '../ui/trouble.js'

export function NotFound() {
  return (
    <Empty title="There is no such page">
      <Link to="/">Go to what needs you</Link>
    </Empty>
  )
}

/** A page that broke, or whose code could not be loaded: after an update the old parts are gone. */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <Stack p="xl" align="center">
      <Trouble title="This page could not be shown" error={error} />
      <Button onClick={() => location.reload()}>Load it again</Button>
    </Stack>
  )
}
