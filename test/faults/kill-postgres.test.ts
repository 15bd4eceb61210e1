import { killRows } from './kit/kill-rows'

killRows('Postgres', 'all three')
