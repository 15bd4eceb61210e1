import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from '../data/query-client.js'
import { useSignIn } from '../data/signed-in.js'
import { ChoosePassword } from '../features/sign-in/choose-password.js'
import { SignInAgain } from '../features/sign-in/sign-in-again.js'
import { SignInPage } from '../features/sign-in/sign-in-page.js'
import { Trying } from '../features/sign-in/trying.js'
import { theme } from '../ui/theme.js'
import { nonce } from './nonce.js'
import { router } from './router.js'

/** The whole app: what everything stands in, and who sits before it. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queryClient}>
        <WhoIsThere />
      </QueryClientProvider>
    </MantineProvider>
  )
}

function WhoIsThere() {
  const state = useSignIn()
  if (state.stage === 'trying') return <Trying waiting={state.waiting} />
  if (state.stage === 'out') return <SignInPage trouble={state.trouble} />
  if (state.by_link) return <ChoosePassword user={state.user} />
  return (
    <>
      <RouterProvider router={router} />
      {state.expired && <SignInAgain user={state.user} />}
    </>
  )
}
