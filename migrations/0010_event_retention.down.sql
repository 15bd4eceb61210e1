alter table sessions drop column trimmed_seq;
