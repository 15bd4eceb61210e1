import { useMediaQuery } from '@mantine/hooks'

/** Whether the screen is as narrow as a phone's; style sheets have the same width. */
export const usePhone = (): boolean =>
  useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
