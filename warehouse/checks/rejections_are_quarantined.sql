-- Every observation that cleaning rejected has an item in quarantine.
-- refresh: whole
select subject_id as observation_id, outcome from ops.steps_done
where step = 'clean' and outcome = 'quarantined'
  and subject_id not in (select subject_id from raw.quarantine where subject_id is not null)
