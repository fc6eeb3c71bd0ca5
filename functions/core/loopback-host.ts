/** Whether a URL's host is written as this computer's own loopback: what an operator typed for a trial at home. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
