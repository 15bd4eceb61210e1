import { createTheme, defaultVariantColorsResolver, type VariantColorsResolver } from '@mantine/core'
import { colours } from './colours.js'

/**
 * Mantine's own text on tinted grounds has 3.6 to 1 at the worst. These have 4.5 to 1 and more, in both schemes, which is what
 * everybody can read.
 */
const readable: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input)
  const { color = colours.primary, variant } = input
  const shade = (place: number) => `var(--mantine-color-${color}-${place})`
  if (variant === 'light')
    return { ...resolved, color: `light-dark(color-mix(in srgb, ${shade(9)}, black 30%), ${shade(2)})` }
  if (variant === 'filled')
    return {
      ...resolved,
      background: `color-mix(in srgb, ${shade(9)}, black 15%)`,
      hover: `color-mix(in srgb, ${shade(9)}, black 28%)`,
      color: '#fff',
    }
  return resolved
}

/** Dense but calm: small controls, quiet surfaces, colour only where it means something. */
export const theme = createTheme({
  primaryColor: colours.primary,
  primaryShade: { light: 9, dark: 7 },
  variantColorResolver: readable,
  defaultRadius: 'md',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Code', 'JetBrains Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.25rem' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.875rem' } },
  },
  components: {
    // The variant by name: without one, Mantine never asks for its colours above.
    Button: { defaultProps: { size: 'xs', variant: 'filled' } },
    ActionIcon: { defaultProps: { size: 'md', variant: 'subtle', color: 'gray' } },
    Badge: { defaultProps: { size: 'sm', variant: 'light', tt: 'none', fw: 500 } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400, multiline: true, maw: 320 } },
    // Its lock makes a style element without the page's nonce; pages scroll within themselves here.
    Modal: { defaultProps: { lockScroll: false, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { lockScroll: false, closeButtonProps: { 'aria-label': 'Close' } } },
    Loader: { defaultProps: { size: 'sm' } },
  },
})
