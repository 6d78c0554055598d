import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { table as names } from '../lambda/contract/table.ts';

export interface AuthTableProps {
  /** What happens to the table when the stack is deleted. RETAIN also protects it against deletion. */
  readonly removalPolicy: RemovalPolicy;
  /** @default an AWS-owned key */
  readonly encryptionKey?: IKey | undefined;
}

/** The table: accounts, names, sessions, counters. Losing it ends every session and loses every password. */
export class AuthTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: AuthTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: names.partitionKey, type: AttributeType.STRING },
      sortKey: { name: names.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: names.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The other policies let CloudFormation delete it: DESTROY always, RETAIN_ON_UPDATE_OR_DELETE during a rollback.
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy: props.removalPolicy,
      ...(props.encryptionKey && {
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: props.encryptionKey,
      }),
    });
  }
}
