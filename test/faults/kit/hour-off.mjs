// Loaded before anything else of a process: its clock, and that of all Node processes below it, is off by
// CLOCK_OFF milliseconds. The database keeps the right time.
const off = Number(process.env.CLOCK_OFF)
const RightDate = Date

globalThis.Date = class extends RightDate {
  constructor(...parts) {
    if (parts.length === 0) super(RightDate.now() + off)
    else super(...parts)
  }

  static now() {
    return RightDate.now() + off
  }
}
