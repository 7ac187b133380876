import { deliveryTests } from './delivery.mjs';

deliveryTests('webkit');
