-- findAny
select exists (select from t where k = 9) as any;
