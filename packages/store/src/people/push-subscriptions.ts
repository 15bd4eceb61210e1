import type { Notice, PushSubscription } from '@yardmaster/protocol'
import { presentPushSubscription } from '../present/presenters.js'
import { statement } from '../statement.js'

/**
 * A browser's subscription, under the sign-ins that its user has now. Of more than `most` the oldest go. An endpoint
 * belongs to one browser, so whoever comes with it has that browser, and it tells them from now on.
 */
export const putPushSubscription = statement<
  [id: string, user_id: string, endpoint: string, p256dh: string, auth_secret: string, most: number],
  { wire: PushSubscription }
>(
  'put-push-subscription',
  `with gone as (
     delete from push_subscriptions where id in (
       select id from push_subscriptions where user_id = $2 and endpoint <> $3
       order by id desc offset $6::bigint - 1))
   insert into push_subscriptions as p (id, user_id, auth_epoch, endpoint, p256dh, auth_secret)
   select $1, u.id, u.auth_epoch, $3, $4, $5 from users u where u.id = $2
   on conflict on constraint push_subscriptions_endpoint do update
     set user_id = excluded.user_id, auth_epoch = excluded.auth_epoch, p256dh = excluded.p256dh,
       auth_secret = excluded.auth_secret
   returning ${presentPushSubscription('p')} as wire`,
)

export const deletePushSubscription = statement<[id: string], { wire: PushSubscription }>(
  'delete-push-subscription',
  `delete from push_subscriptions p where p.id = $1 returning ${presentPushSubscription('p')} as wire`,
)

/** Something that happened, as its event told it. */
export interface News {
  notice: Notice
  session_id: string
  /** The request that is asked, or the task that has ended. */
  row_id: string
  /** Of the event, in the log of the session. */
  seq: number
}

export interface Told {
  notice: Notice
  session_id: string
  title: string | null
  /** The subscription. */
  id: string
  endpoint: string
  p256dh: string
  auth_secret: string
}

/** News of one look. Postgres would take more for so many that it reads whole tables. */
export const mostNews = 8

/**
 * Whom to tell of some news, by now: of a request that still waits, all who may answer it; of an ending, whoever
 * prompted. An event that says an ending again has another number than the ending, and is none.
 */
export const whomToTell = statement<[news: string], Told>(
  'whom-to-tell',
  `select n.notice, n.session_id, s.title, p.id, p.endpoint, p.p256dh, p.auth_secret
   from (
       select * from jsonb_to_recordset($1::jsonb) j (notice text, session_id uuid, row_id uuid, seq bigint)
       limit ${mostNews}) n
     join sessions s on s.id = n.session_id
     left join permission_requests r on n.notice = 'asks' and r.id = n.row_id and r.status = 'pending'
     left join tasks t on n.notice <> 'asks' and t.id = n.row_id and t.ended_seq = n.seq
     join users u on (r.id is not null or u.id = t.created_by) and n.notice = any(u.notify) and u.disabled_at is null
     join push_subscriptions p on p.user_id = u.id and p.auth_epoch = u.auth_epoch
   where access_level(u.id, s.worktree_id) >= (case
       when n.notice <> 'asks' then 'view' when s.created_by = u.id then 'session' else 'prompt' end)::level`,
)
