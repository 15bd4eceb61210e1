export default async function tearDown(): Promise<void> {
  const { tearDownDatabases } = globalThis as unknown as { tearDownDatabases: () => Promise<void> }
  await tearDownDatabases()
}
