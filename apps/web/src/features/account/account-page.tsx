import { Stack } from '@mantine/core'
import { Page } from '../../ui/page.js'
import classes from './account.module.css'
import { ApiTokens } from './api-tokens.js'
import { ChangePassword } from './change-password.js'
import { EnvironmentEntries } from './environment-entries.js'
import { Identity } from './identity.js'
import { Notices } from './notices.js'
import { SignOutEverywhere } from './sign-out-everywhere.js'

/** What concerns only whoever is signed in. */
export function AccountPage() {
  return (
    <Page title="Account">
      <Stack className={classes.content as string}>
        <Identity />
        <Notices />
        <EnvironmentEntries />
        <ApiTokens />
        <ChangePassword />
        <SignOutEverywhere />
      </Stack>
    </Page>
  )
}
