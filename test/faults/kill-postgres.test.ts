import { killRow } from './kit/kill-row'

killRow('Postgres')
