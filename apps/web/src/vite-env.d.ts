// Style sheets as modules: the names of their classes.
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>
  export default classes
}
