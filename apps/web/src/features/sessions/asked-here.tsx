import type { Session } from '@yardmaster/protocol'
import { useList } from '../../data/lists.js'
import { RequestCard } from '../requests/request-card.js'

/** The requests of a session that wait, to be answered where they are listed. */
export function AskedHere({ session }: { session: Session }) {
  const { data } = useList('permission-requests', {
    session_id: session.id,
    status: 'pending',
    $total: false,
  })
  return (
    <>
      {data?.data.map((request) => (
        <RequestCard key={request.id} request={request} created_by={session.created_by} compact />
      ))}
    </>
  )
}
