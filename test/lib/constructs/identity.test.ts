import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { testTemplate } from '#test/lib/test-stack.ts';

const OWN_ISSUER = { ATOM_SYNC_JWT_ISSUER: 'https://login.example.com/', ATOM_SYNC_JWT_AUDIENCE: 'atom' };
const MACHINES = { ATOM_SYNC_MACHINE_CLIENTS: 'prometheus:SUPERVISED,agent-1:INTERN' };

type Made = ReturnType<typeof testTemplate>;

/** Ids of the app clients in the template: of people first, then of machines by their names. */
function clientIds(template: Made): Record<string, string> {
  const clients = Object.entries(template.findResources('AWS::Cognito::UserPoolClient'));
  return Object.fromEntries(clients.map(([id, { Properties }]) => [Properties.ClientName ?? 'people', id]));
}

function onlyId(template: Made, type: string): string {
  const [id = ''] = Object.keys(template.findResources(type));
  return id;
}

describe('Identity', () => {
  const template = testTemplate();

  it('makes a pool without self-service, with a second factor and long passwords, and keeps it', () => {
    template.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        DeletionProtection: 'ACTIVE',
        MfaConfiguration: 'ON',
        EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
        Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 14 }) },
        UserPoolTier: 'ESSENTIALS',
        UserPoolAddOns: Match.absent(),
      },
    });
  });

  it('has the four governance groups, the highest first', () => {
    const groups = Object.values(template.findResources('AWS::Cognito::UserPoolGroup'))
      .map(({ Properties }) => Properties)
      .toSorted((a, b) => a.Precedence - b.Precedence);
    expect(groups.map((group) => group.GroupName)).toEqual(['AUTONOMOUS', 'SUPERVISED', 'INTERN', 'STUDENT']);
  });

  it('gives people tokens without a client secret or OAuth pages', () => {
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 1);
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlowsUserPoolClient: false,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it('has the API take the tokens of the pool’s client', () => {
    const pool = { Ref: onlyId(template, 'AWS::Cognito::UserPool') };
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: {
        Audience: [{ Ref: clientIds(template).people }],
        Issuer: {
          'Fn::Join': ['', ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', pool]],
        },
      },
    });
  });

  it('takes the tokens of a given issuer to the letter, and makes no pool then', () => {
    const given = testTemplate(OWN_ISSUER);
    given.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Audience: ['atom'], Issuer: 'https://login.example.com/' },
    });
    const made = new Set(
      Object.values(given.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type),
    );
    expect([...made].filter((type) => type.startsWith('AWS::Cognito'))).toEqual([]);
    expect(Object.keys(given.findOutputs('*'))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(UserPool|TokenUrl|Machine)/)]),
    );
  });
});

describe('The machines of the pool', () => {
  const template = testTemplate(MACHINES);
  const ids = clientIds(template);

  it('have a scope for each level', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
      Identifier: 'atom-sync',
      Scopes: ['AUTONOMOUS', 'SUPERVISED', 'INTERN', 'STUDENT'].map((ScopeName) =>
        Match.objectLike({ ScopeName }),
      ),
    });
  });

  it('are clients that get tokens of one level for half a day, and that nobody signs in by', () => {
    const server = { Ref: onlyId(template, 'AWS::Cognito::UserPoolResourceServer') };
    for (const [ClientName, level] of [
      ['prometheus', 'SUPERVISED'],
      ['agent-1', 'INTERN'],
    ] as const) {
      template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
        ClientName,
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: [{ 'Fn::Join': ['', [server, `/${level}`]] }],
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        CallbackURLs: Match.absent(),
        AccessTokenValidity: 720,
        TokenValidityUnits: { AccessToken: 'minutes' },
        EnableTokenRevocation: true,
      });
    }
  });

  it('are known to API Gateway and to the function alike: Cognito’s tokens name a client in place of an audience', () => {
    const [people, agent, prometheus] = [ids.people, ids['agent-1'], ids.prometheus].map((id) => ({
      Ref: id,
    }));
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: Match.objectLike({ Audience: [people, prometheus, agent] }),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          JWT_AUDIENCES: { 'Fn::Join': ['', [people, ' ', prometheus, ' ', agent]] },
        }),
      },
    });
  });

  it('are found by their names in the outputs, with where they get tokens', () => {
    const { Outputs } = template.toJSON();
    expect(Outputs.MachineClients.Value).toEqual({
      'Fn::Join': [
        '',
        ['{"prometheus":"', { Ref: ids.prometheus }, '","agent-1":"', { Ref: ids['agent-1'] }, '"}'],
      ],
    });
    const domain = { Ref: onlyId(template, 'AWS::Cognito::UserPoolDomain') };
    expect(Outputs.TokenUrl.Value).toEqual({
      'Fn::Join': [
        '',
        ['https://', domain, '.auth.', { Ref: 'AWS::Region' }, '.amazoncognito.com/oauth2/token'],
      ],
    });
  });

  it('get them at a name that no other stack has, whatever this one is called', () => {
    for (const stack of ['atom-sync', 'my-aws-cognito']) {
      testTemplate({ ATOM_SYNC_STACK_NAME: stack }).hasResourceProperties('AWS::Cognito::UserPoolDomain', {
        Domain: {
          'Fn::Join': [
            '',
            ['atom-sync-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }],
          ],
        },
      });
    }
  });

  it('leave each other alone when one comes or goes', () => {
    const more = clientIds(
      testTemplate({ ATOM_SYNC_MACHINE_CLIENTS: 'a:STUDENT,agent-1:SUPERVISED,prometheus:INTERN' }),
    );
    expect(more).toMatchObject(ids);
  });
});
