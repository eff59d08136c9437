<?php
$db = new PDO('sqlite::memory:');
$kmh = (float) $db->query('select 18.52 * 2')->fetchColumn();
printf("%s %.1f\n", mb_strtoupper('knöts'), knots($kmh));
