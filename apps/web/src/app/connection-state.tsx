import { Group, Text } from '@mantine/core'
import { useConnection } from '../data/use-connection.js'
import { connectionWords } from '../ui/words.js'
import classes from './shell.module.css'

/** In the corner of every page: whether what one sees is live, or since when it is not. */
export function ConnectionState() {
  const { live, since } = useConnection()
  return (
    <Group gap={8} px="xs" py={6} wrap="nowrap" role="status">
      <span className={classes.dot} data-away={live ? undefined : true} />
      <Text size="xs" c="dimmed">
        {live
          ? connectionWords.live
          : `${connectionWords.offline} ${new Date(since ?? 0).toLocaleTimeString()}`}
      </Text>
    </Group>
  )
}
