import { playOrders } from '../support/orders/order-suite';

playOrders([0, 1]);
