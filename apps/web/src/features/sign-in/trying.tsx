import { Center, Loader, Stack, Text } from '@mantine/core'
import { describeError } from '../../ui/words.js'

/** While a kept sign-in is tried. */
export function Trying({ waiting }: { waiting: boolean }) {
  return (
    <Center mih="100dvh">
      <Stack align="center" gap="sm" role="status">
        <Loader />
        {waiting && (
          <Text size="sm" c="dimmed" maw={360} ta="center">
            {describeError.offline}
          </Text>
        )}
      </Stack>
    </Center>
  )
}
