import { Stack } from '@mantine/core'
import { useRuntimeLoad } from '../../data/runtime-load.js'
import { LoadBar } from '../../ui/load-bar.js'
import { Panel } from '../../ui/panel.js'
import { Trouble } from '../../ui/trouble.js'

/** How much of each runtime is taken now, of what I may see. */
export function Loads() {
  const { data, error, refetch } = useRuntimeLoad()
  return (
    <Panel title="Runtimes now" about="What runs and waits where you may look.">
      {error && <Trouble error={error} retry={refetch} />}
      <Stack gap="sm">
        {data?.map((load) => (
          <LoadBar key={load.runtime_id} title={load.name} load={load} />
        ))}
      </Stack>
    </Panel>
  )
}
