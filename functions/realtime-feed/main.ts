import { Logger } from '@aws-lambda-powertools/logger';
import { EnvironmentError, parseEnvironment } from '#core/environment.ts';
import { composeFeed } from './compose-feed.ts';
import { envSchema, healthEnvSchema } from './config.ts';
import { isHealthy } from './health.ts';

/** Why the process ended. A second signal ends it with 128 and the signal's number. */
const ExitCode = { stopped: 0, crashed: 1, badEnvironment: 2 } as const;

const SERVICE = 'realtime-feed';
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

// `node index.mjs health` asks whether the process that runs in the same container is alive.
if (process.argv[2] === 'health') {
  const { FEED_HEALTH_FILE } = parseEnvironment(healthEnvSchema, process.env);
  process.exit(isHealthy(FEED_HEALTH_FILE, Date.now()) ? 0 : 1);
}

const log = new Logger({ serviceName: SERVICE });
const stop = new AbortController();
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(code);
    stop.abort();
  });
}

try {
  await composeFeed(parseEnvironment(envSchema, process.env), SERVICE, log).run(stop.signal);
  process.exit(ExitCode.stopped);
} catch (error) {
  log.critical('the feed ended unexpectedly', error instanceof Error ? error : String(error));
  process.exit(error instanceof EnvironmentError ? ExitCode.badEnvironment : ExitCode.crashed);
}
