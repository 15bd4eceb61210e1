import { killRows } from './kit/kill-rows'

killRows('daemon')
