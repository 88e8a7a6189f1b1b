/** What everything else in a new project depends on, as a sentence. @param path the health check path */
export function describeHealthPath(path: string): string {
  return `Tasks get requests only if the application answers GET ${path} on its port (Canary.ContainerPort) with status 200, without a login.`;
}
