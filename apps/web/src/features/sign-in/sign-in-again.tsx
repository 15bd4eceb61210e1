import { Button, Modal, Stack, Text } from '@mantine/core'
import type { User } from '@yardmaster/protocol'
import { signIn } from '../../data/sign-in.js'
import { PasswordForm } from './password-form.js'

/** Over the page, when its sign-in has ended: what was being typed stays where it is. */
export function SignInAgain({ user }: { user: User }) {
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      title="Your sign-in has ended"
    >
      <Stack>
        <Text size="sm" c="dimmed">
          Sign in again to go on where you are. What you have written is kept.
        </Text>
        <PasswordForm email={user.email} />
        <Button variant="subtle" color="gray" onClick={() => signIn.signOut()}>
          Leave, and sign in as somebody else
        </Button>
      </Stack>
    </Modal>
  )
}
