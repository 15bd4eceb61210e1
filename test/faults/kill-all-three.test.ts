import { killRow } from './kit/kill-row'

killRow('all three')
