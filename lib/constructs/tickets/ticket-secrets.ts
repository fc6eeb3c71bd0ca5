import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Workload } from '#lib/constructs/workload.ts';

/** What a secret's `grantRead` adds to a workload's environment. */
export type TicketSecretsEnv =
  | 'ZENDESK_SECRET_ID'
  | 'ANTHROPIC_SECRET_ID'
  | 'REQUESTER_KEY_SECRET_ID'
  | 'WEBHOOK_KEY_SECRET_ID';

type TicketSecretProps = {
  /** Under which name a function is told which secret it is. */
  readonly variable: TicketSecretsEnv;
  readonly description: string;
  readonly generate: SecretStringGenerator;
  readonly removalPolicy: RemovalPolicy;
  /** Why nothing rotates it by the calendar, in one sentence. */
  readonly notRotated: string;
};

/** A secret of which each function may read the current value, where it is told of it. */
class TicketSecret extends Construct {
  readonly secret: Secret;
  readonly #variable: TicketSecretsEnv;

  constructor(scope: Construct, id: string, props: TicketSecretProps) {
    super(scope, id);
    this.#variable = props.variable;
    this.secret = new Secret(this, 'Secret', {
      description: props.description,
      generateSecretString: props.generate,
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: props.notRotated });
  }

  grantRead(workload: Workload): void {
    workload.addEnvironment(this.#variable, this.secret.secretArn);
    workload.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] }),
    );
  }
}

/**
 * The credentials of the tickets. Those of Zendesk and of Claude are made empty: the operator puts them in after the
 * first deployment, so that no template and no deployment log ever has them. The keys are made by the deployment, and
 * nobody has to know them but the receiver of the webhooks.
 */
export class TicketSecrets extends Construct {
  readonly zendesk: TicketSecret;
  readonly anthropic: TicketSecret;
  /** Turns a requester's id into what is stored of it. */
  readonly requesterKey: TicketSecret;
  /** Signs what is sent to the webhook; undefined where there is none. */
  readonly webhookKey?: TicketSecret;

  constructor(scope: Construct, id: string, { webhook }: { readonly webhook: boolean }) {
    super(scope, id);
    this.zendesk = new TicketSecret(this, 'Zendesk', {
      variable: 'ZENDESK_SECRET_ID',
      description: 'Credentials of Zendesk: an OAuth client, or an e-mail address and its API token',
      generate: empty({ client_id: '', client_secret: '', email: '', api_token: '' }),
      removalPolicy: RemovalPolicy.DESTROY,
      notRotated: 'Zendesk gives the secret of an OAuth client to people only; docs/deployment.md says how.',
    });
    this.anthropic = new TicketSecret(this, 'Anthropic', {
      variable: 'ANTHROPIC_SECRET_ID',
      description: 'Key of the Claude API: {"api_key": "<key>"}',
      generate: empty({ api_key: '' }),
      removalPolicy: RemovalPolicy.DESTROY,
      notRotated: 'Anthropic gives API keys to people only; docs/deployment.md says how to replace one.',
    });
    this.requesterKey = new TicketSecret(this, 'RequesterKey', {
      variable: 'REQUESTER_KEY_SECRET_ID',
      description: 'Key under which requesters of tickets are hashed: {"key": "<key>"}',
      generate: madeKey(),
      // The table outlives the stack, and what it says of requesters can be compared by this key only.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      notRotated: 'Under another key every requester would be a new one, and be counted twice.',
    });
    if (!webhook) return;
    this.webhookKey = new TicketSecret(this, 'WebhookKey', {
      variable: 'WEBHOOK_KEY_SECRET_ID',
      description: 'Key that signs webhooks: {"key": "<key>"}',
      generate: madeKey(),
      removalPolicy: RemovalPolicy.DESTROY,
      notRotated: 'The receiver has to be told of another key at the same time; docs/security.md says how.',
    });
  }
}

/** Without a generated part CDK fills the secret with a random password that passes for a credential. */
function empty(fields: Readonly<Record<string, string>>): SecretStringGenerator {
  return { secretStringTemplate: JSON.stringify(fields), generateStringKey: 'placeholder' };
}

/** 64 letters and digits: 380 bits. */
function madeKey(): SecretStringGenerator {
  return {
    secretStringTemplate: '{}',
    generateStringKey: 'key',
    passwordLength: 64,
    excludePunctuation: true,
  };
}
