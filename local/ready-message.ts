import type { Session } from './services/session-file.ts';
import type { Terminal } from './terminal.ts';

/** What a person is told of a system that is ready. */
export type ReadyMessage = {
  readonly session: Pick<Session, 'api' | 'marketplace' | 'zendesk' | 'claude'>;
  /** Where the session is written. */
  readonly sessionFile: string;
  readonly dataDirectory: string;
  /** Size of the embedded marketplace's catalogue; undefined where the settings name a marketplace. */
  readonly embeddedSkills: number | undefined;
  /** Which of the tickets' servers are the embedded ones. */
  readonly embedded: { readonly zendesk: boolean; readonly claude: boolean };
  /** Whether the settings name a marketplace without its feed. */
  readonly isFeedUnknown: boolean;
};

/** Tells where everything is, and a call to try. */
export function showReady(terminal: Pick<Terminal, 'line'>, message: ReadyMessage): void {
  const { session, sessionFile, dataDirectory, embeddedSkills, isFeedUnknown } = message;
  const curl = (level: string) =>
    `  curl -H "Authorization: Bearer $(jq -r .tokens.${level} '${sessionFile}')"`;
  const embedded =
    embeddedSkills === undefined ? '' : ` (embedded, ${embeddedSkills.toLocaleString('en-US')} skills)`;
  const lines = [
    '',
    `API          ${session.api}`,
    `Marketplace  ${session.marketplace}${embedded}`,
    ...ticketLines(message),
    ...(isFeedUnknown ? ['Feed         none: ATOM_SAAS_WS_URL is not set'] : []),
    `Data         ${dataDirectory} (logs/)`,
    `Tokens       in ${sessionFile}, one for each level, good for 30 days`,
    'Try:',
    `${curl('STUDENT')} '${session.api}/api/skills?limit=3'`,
    ...(session.zendesk === undefined
      ? []
      : [
          'What the tickets are about, once their first run has ended (a minute or two for 10,000):',
          `${curl('SUPERVISED')} -H 'Accept: text/markdown' '${session.api}/api/digest'`,
        ]),
    '',
  ];
  for (const line of lines) terminal.line(line);
}

/** Where the tickets come from, and who analyses them. */
function ticketLines({ session: { zendesk, claude }, embedded }: ReadyMessage): string[] {
  if (zendesk === undefined) return [];
  return [
    `Zendesk      ${zendesk}${embedded.zendesk ? ' (embedded)' : ''}`,
    `Claude       ${claude}${embedded.claude ? ' (embedded, answers by rules)' : ''}`,
  ];
}
