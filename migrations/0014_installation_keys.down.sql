drop table installation_keys;
