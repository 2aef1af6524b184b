-- Every observation that cleaning rejected has an item in quarantine.
select o.observation_id, s.outcome from raw.observations o
join ops.steps_done s on s.subject_id = o.observation_id and s.step = 'clean'
where s.outcome = 'quarantined'
  and o.observation_id not in (select subject_id from raw.quarantine where subject_id is not null)
