drop table push_subscriptions;
alter table users drop column notify;
