/** The smallest program of the feed's shape: it stays, ends on SIGTERM, and says on demand that it is healthy. */
if (process.argv[2] !== 'health') {
  const staying = setInterval(() => undefined, 60_000);
  process.once('SIGTERM', () => clearInterval(staying));
}
