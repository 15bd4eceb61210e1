import { lazy, Suspense, useState } from 'react'
import { useShortcuts } from './shortcuts/use-shortcuts.js'

// They load when they are first asked for.
const Palette = lazy(() =>
  import('../features/palette/palette.js').then(({ Palette }) => ({ default: Palette })),
)
const ShortcutSheet = lazy(() =>
  import('./shortcuts/shortcut-sheet.js').then(({ ShortcutSheet }) => ({ default: ShortcutSheet })),
)

/** What keys bring up over any page. */
export function OverThePage() {
  const [shown, setShown] = useState<'palette' | 'sheet' | null>(null)
  useShortcuts(setShown)
  const close = (what: typeof shown) => () => setShown((now) => (now === what ? null : now))
  return (
    <Suspense>
      {shown === 'palette' && <Palette close={close('palette')} showShortcuts={() => setShown('sheet')} />}
      {shown === 'sheet' && <ShortcutSheet close={close('sheet')} />}
    </Suspense>
  )
}
