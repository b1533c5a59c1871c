"""What is done to carry plans out, as facts that know no plan: courses, meetings, surveys, programmes, purchases."""
