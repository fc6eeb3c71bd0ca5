/** Stands for the AWS account and region. */
export const PLACE = { region: 'us-east-1', accountId: '000000000000' } as const;
