import { Tabs } from '@mantine/core'
import { Trouble } from '../../ui/trouble.js'
import { LinkForm } from './link-form.js'
import { PasswordForm } from './password-form.js'
import { SignInCard } from './sign-in-card.js'

/** @param trouble why the link that led here did not sign in */
export function SignInPage({ trouble }: { trouble: unknown }) {
  return (
    <SignInCard title="Sign in to Yardmaster">
      {trouble !== null && <Trouble title="The link did not work" error={trouble} />}
      <Tabs defaultValue="password" keepMounted={false}>
        <Tabs.List grow mb="md">
          <Tabs.Tab value="password">Password</Tabs.Tab>
          <Tabs.Tab value="link">One-time link</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="password">
          <PasswordForm />
        </Tabs.Panel>
        <Tabs.Panel value="link">
          <LinkForm />
        </Tabs.Panel>
      </Tabs>
    </SignInCard>
  )
}
