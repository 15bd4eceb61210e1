import type { Message } from '@yardmaster/protocol'
import { picturesOf } from './blocks.js'
import classes from './transcript.module.css'

export function Media({ message }: { message: Message }) {
  return picturesOf(message).map(({ source, name }) => (
    <img key={name} src={source} alt={name} className={classes.picture} />
  ))
}
