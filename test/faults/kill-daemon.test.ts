import { killRow } from './kit/kill-row'

killRow('daemon')
