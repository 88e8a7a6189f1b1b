/** What build/set-up.ts puts into the bundle of Set Up Canary Project. */
declare module 'carried-templates' {
  const carried: import('../src/set-up/carried-templates.ts').CarriedTemplates;
  export default carried;
}
