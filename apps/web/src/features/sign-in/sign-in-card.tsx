import { Center, Group, Image, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { usePageTitle } from '../../ui/page.js'

/** The frame of every page before the app itself. */
export function SignInCard({
  title,
  about,
  children,
}: {
  title: string
  about?: ReactNode
  children: ReactNode
}) {
  usePageTitle(title)
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <Stack>
          <Group gap="sm">
            <Image src="/app/icon.svg" alt="" w={32} h={32} />
            <Title order={1}>{title}</Title>
          </Group>
          {about && (
            <Text size="sm" c="dimmed" component="div">
              {about}
            </Text>
          )}
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}
