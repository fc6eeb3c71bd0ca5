/** What each setting is for, beside its default and its range, which the schema knows. */
export const SETTING_MEANINGS: Readonly<Record<string, string>> = {
  ATOM_SAAS_ENABLED: 'false: no call leaves, the cache still serves',
  ATOM_SAAS_API_URL: 'The marketplace',
  ATOM_SAAS_API_TOKEN: 'For `npm start` only; deployed, the token lives in the secret',
  ATOM_SAAS_API_TIMEOUT_SECONDS: 'How long an answer of the marketplace may take',
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: 'Between two syncs of skills',
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: 'Between two syncs of ratings',
  ATOM_SAAS_PAGE_SIZE: 'Skills in one request',
  ATOM_SAAS_CACHE_TTL_HOURS: 'How long an entry is served after the last sync that confirmed it',
  ATOM_SAAS_CONFLICT_STRATEGY: 'What happens to a local edit when the marketplace changed the skill too',
  ATOM_SAAS_WS_ENABLED: 'false: no feed, no task, no VPC',
  ATOM_SAAS_WS_URL: 'The feed',
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: 'Failures in a row before an hour of polling only',
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: 'Seconds between two pings',
  ATOM_SAAS_WS_GATHER_SECONDS:
    'How long changes of a feed that never rests are gathered before they are written; 0: never',
  ATOM_INSTANCE_ID: 'How the marketplace knows this instance; without it the stack’s name',
  ATOM_SYNC_ENV: 'The file `.env.<name>` is read over `.env`',
  ATOM_SYNC_TOKEN_ROTATION_DAYS: 'Days until the marketplace’s token is replaced; fewer than it lives',
  ENABLE_SCHEDULER: 'false: no schedule starts anything; runs started by hand work',
  ATOM_SYNC_STACK_NAME: 'Name of the stack and of its schedule group. Another name is another installation',
  ATOM_SYNC_JWT_ISSUER:
    'Who issues the callers’ tokens; without it the stack makes a Cognito user pool. With the audience',
  ATOM_SYNC_JWT_AUDIENCE: 'For whom the tokens must be. With the issuer',
  ATOM_SYNC_JWT_LEVELS_CLAIM:
    'The claim that names the levels of people, as a list or as a text: `realm_access.roles` of Keycloak',
  ATOM_SYNC_MACHINE_CLIENTS:
    'What gets tokens of the stack’s own pool without a person, and of which level ([agents.md](agents.md))',
  ATOM_SYNC_CORS_ORIGINS: 'Which web pages may call the API',
  ATOM_SYNC_VPC_ID: 'The VPC of the feed’s task; without it the stack makes one. With the subnets',
  ATOM_SYNC_SUBNET_IDS: 'The subnets of the feed’s task. With the VPC',
  ATOM_SYNC_ASSIGN_PUBLIC_IP:
    'Whether the task gets a public address: true in public subnets, false behind a NAT gateway',
  ATOM_SYNC_FEED_ZONE_IDS:
    'The zones of the stack’s own VPC, not with a given one; without it those of the region that have what the task needs',
  ATOM_SYNC_FEED_ARCHITECTURE: 'The processor of the feed’s task: x86_64 where Fargate has no arm64',
  ATOM_SYNC_FEED_SPOT: 'The feed’s task on spare capacity, at a third of the price; false: on demand',
  ATOM_SYNC_ALARM_EMAIL: 'Who gets the alarms; the address has to confirm',
  ATOM_SYNC_RUNBOOK_URL: 'Where the alarms’ descriptions point to',
  ATOM_SYNC_DASHBOARD:
    'A dashboard in CloudWatch: 3 dollars a month, where the account’s three free ones are used',
  ATOM_SYNC_TRACE_API: 'Traces of API requests in X-Ray; those of jobs are always made',
  ATOM_SYNC_LOG_RETENTION_DAYS: 'How long logs are kept',
  ATOM_SYNC_LOG_LEVEL: 'Nothing above INFO: metrics are log lines of that level',
  TICKETS_ENABLED:
    'Support tickets; without it: whether a Zendesk is configured, and on under `npm start`. false: nothing of them is deployed',
  ZENDESK_SUBDOMAIN:
    'The account: `acme` of acme.zendesk.com; without it taken from the address. Another one is another account: call `POST /api/tickets/reset`',
  ZENDESK_API_URL: 'Where Zendesk is, if not at https://{subdomain}.zendesk.com',
  ZENDESK_AUTH: 'How to sign in; `token` works until 2027-04-30, and synthesis says so',
  ZENDESK_OAUTH_CLIENT_ID: 'For `npm start` only; deployed, it lives in the secret',
  ZENDESK_OAUTH_CLIENT_SECRET: 'For `npm start` only; deployed, it lives in the secret',
  ZENDESK_EMAIL: 'For `npm start` with `token` only; deployed, it lives in the secret',
  ZENDESK_API_TOKEN: 'For `npm start` with `token` only; deployed, it lives in the secret',
  ZENDESK_REQUESTS_PER_MINUTE: 'What we take of the export’s 10 requests a minute (30 with the add-on)',
  ZENDESK_PAGE_SIZE: 'Tickets in one request; halved by itself where Zendesk is too slow for it',
  TICKET_BACKFILL_DAYS:
    'How far back the first sync goes; fewer than 30 days, and nothing can be called unusual for as long as they are missing',
  TICKET_SYNC_INTERVAL_MINUTES: 'Between two syncs of tickets; 0: at 02:00 only',
  TICKET_TEXT: 'first: a ticket’s first message; public: its public comments too',
  TICKET_BRANDS: 'Only tickets of these brands',
  TICKET_FORMS: 'Only tickets of these forms',
  TICKET_EXCLUDE_TAGS: 'No ticket with one of these tags',
  TICKET_RAW_RETENTION_DAYS: 'How long text is kept as it came; 0: only the redacted one is ever stored',
  TICKET_PRODUCT_AREAS: 'What your product consists of, in your words: tickets are sorted into these',
  TICKET_ANALYZE_BATCH_SIZE: 'Tickets that `POST /api/tasks/analyze` takes on if it names no number',
  TICKET_DIRECT_MAX:
    'Up to so many tickets are analysed at once, one by one; more go as a batch, at half the price',
  TICKET_CLUSTER_RESOLUTION: 'How finely tickets are grouped into issues: more makes more and smaller ones',
  TICKET_MIN_CLUSTER_REQUESTERS:
    'So many different people make a group of tickets an issue; until then it is emerging',
  TICKET_WEBHOOK_URL:
    'Who is told of ended runs, incidents, new issues and digests; without it no queue, no function',
  ANTHROPIC_API_KEY: 'For `npm start` only; deployed, it lives in the secret',
  ANTHROPIC_BASE_URL: 'Where Claude is',
  CLAUDE_ANALYSIS_MODEL: 'The model that reads tickets',
  CLAUDE_LABEL_MODEL: 'The model that names issues',
  CLAUDE_EFFORT: 'How much the model thinks before it answers',
  CLAUDE_MODE: 'auto: by the number of tickets; batch: half the price, up to a day; direct: at once',
  CLAUDE_BUDGET_USD_PER_DAY:
    'The most that analyses and names of issues may cost on a day (UTC); 0: none are made',
  CLAUDE_BUDGET_USD_PER_MONTH: 'The same for a month (UTC)',
  CLAUDE_BUDGET_USD_PER_RUN: 'The same for one run',
};
